package io.faultline.runtime.engine.modelled;

/// The words of [WordProse] by their place in a sentence. A word stands in one list only, so that a token says what
/// it is; a word that stands there several times is chosen as much more often.
final class Vocabulary {
    static final String[] STARTERS = words("The The The The Every Each This That One Another Its Our Their");
    static final String[] DETERMINERS = words("the the the the every each this that one another its our their");
    static final String[] ADJECTIVES = words("quiet bright small large early late clear deep warm cold open old new"
            + " long short gentle steady simple narrow wide green blue grey golden silver northern southern eastern"
            + " western distant fresh dry hidden ancient modern patient careful calm broad heavy light soft"
            + " strong slow quick round plain rich rare common local public");
    static final String[] NOUNS = words("river mountain valley harbor garden forest meadow island village city"
            + " bridge road path station tower window door room house market library school workshop engine machine"
            + " signal clock lamp map book letter story song voice word answer question pattern picture color"
            + " shadow morning evening winter summer season storm rain wind snow sun moon star sky cloud sea"
            + " lake stream shore boat ship train wheel field farm tree leaf root seed stone fire bird horse"
            + " child teacher writer painter builder driver captain neighbor friend family crew team crowd guest"
            + " traveler worker system network server message record journey idea plan lesson memory");
    static final String[] VERBS = words("follows carries crosses holds meets opens reaches gathers guides turns moves"
            + " keeps finds leaves joins fills covers lights warms watches knows remembers brings shows draws"
            + " builds shapes changes marks passes serves protects connects describes explains begins returns"
            + " answers repeats completes becomes loves needs sees hears calls");
    static final String[] ADVERBS = words("slowly quickly gently quietly often always never soon again together"
            + " later already almost simply easily rarely steadily finally usually");
    static final String[] PREPOSITIONS = words("in on under over across through along behind beside between near"
            + " above below beyond against around toward from with without before after into inside outside");
    static final String[] CONJUNCTIONS = words("and but while because although so yet when where until");

    private Vocabulary() {}

    private static String[] words(String list) {
        return list.split(" ");
    }
}
