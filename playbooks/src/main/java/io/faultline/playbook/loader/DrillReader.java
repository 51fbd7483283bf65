package io.faultline.playbook.loader;

import io.faultline.playbook.model.Drill;
import io.faultline.playbook.model.Drill.Answer;
import io.faultline.playbook.model.Drill.Hint;
import io.faultline.playbook.model.Drill.Question;
import io.faultline.playbook.model.Drill.ScorePart;
import io.faultline.playbook.model.Drill.ScoreWeight;
import io.faultline.playbook.probe.Words;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the part of a playbook that is for training people.
final class DrillReader {
    private static final int POINTS_MAX = 100;

    private final Problems problems;

    DrillReader(Problems problems) {
        this.problems = problems;
    }

    @Nullable Drill drill(Fields parent) {
        List<Drill> read = new ArrayList<>();
        parent.optional("drill")
                .ifPresent(node -> Fields.of(node, "drill", problems, fields -> read.add(drillOf(fields))));
        return read.isEmpty() ? null : read.getFirst();
    }

    private Drill drillOf(Fields fields) {
        String briefing = fields.text("briefing", null, Limits.TEXT_LENGTH_MAX);
        boolean isHidden = fields.flag("hidden", false);
        return new Drill(briefing, isHidden, hints(fields), questions(fields), score(fields));
    }

    private List<Hint> hints(Fields parent) {
        List<Hint> hints = new ArrayList<>();
        for (YamlNode item : parent.items("hints", false, Limits.WORDS_MAX)) {
            Fields.of(item, "hint " + (hints.size() + 1), problems, f -> {
                String text = f.text("text", null, Limits.TEXT_LENGTH_MAX);
                hints.add(new Hint(text, f.integer("cost", 0, 0, POINTS_MAX)));
            });
        }
        return hints;
    }

    private List<Question> questions(Fields parent) {
        List<Question> questions = new ArrayList<>();
        for (YamlNode item : parent.items("questions", false, Limits.WORDS_MAX)) {
            String what = "question " + (questions.size() + 1);
            Fields.of(item, what, problems, f -> {
                Question question = new Question(f.text("text", null, Limits.TEXT_LENGTH_MAX), answers(f, what));
                if (question.answers().size() > 0 && question.answers().stream().noneMatch(Answer::isCorrect)) {
                    f.wrong("answers", what + " has no right answer; mark one with correct: true");
                }
                questions.add(question);
            });
        }
        return questions;
    }

    private List<Answer> answers(Fields parent, String what) {
        List<Answer> answers = new ArrayList<>();
        for (YamlNode item : parent.items("answers", true, Limits.WORDS_MAX)) {
            Fields.of(item, "answer " + (answers.size() + 1) + " of " + what, problems, f -> {
                String text = f.text("text", null, Limits.TEXT_LENGTH_MAX);
                answers.add(new Answer(text, f.flag("correct", false)));
            });
        }
        return answers;
    }

    private List<ScoreWeight> score(Fields parent) {
        List<ScoreWeight> weights = new ArrayList<>();
        parent.optional("score")
                .ifPresent(node -> Fields.of(node, "score of drill", problems, f -> {
                    for (ScorePart part : ScorePart.values()) {
                        String key = Words.of(part, '-');
                        if (f.has(key)) {
                            weights.add(new ScoreWeight(part, f.integer(key, 0, 0, POINTS_MAX)));
                        }
                    }
                }));
        return weights;
    }
}
