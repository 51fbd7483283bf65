package io.faultline.playbook.model;

import java.util.List;

/// The part of a playbook that is for training people. Kept for whoever leads a drill; a run does not look at it.
///
/// @param briefing what the trainee is told at the start
/// @param isHidden whether the trainee is kept from seeing the method
public record Drill(
        String briefing, boolean isHidden, List<Hint> hints, List<Question> questions, List<ScoreWeight> score) {

    /// @param cost points that reading it costs
    public record Hint(String text, int cost) {}

    public record Question(String text, List<Answer> answers) {}

    public record Answer(String text, boolean isCorrect) {}

    /// @param weight share of the total; the weights of a drill need not add up to anything
    public record ScoreWeight(ScorePart part, int weight) {}

    /// What a trainee is scored for.
    public enum ScorePart {
        DETECT,
        DIAGNOSE,
        MITIGATE,
        /// Minutes in which the service objective was missed.
        SLO,
        /// Needless or harmful actions.
        ACTIONS,
        HINTS
    }
}
