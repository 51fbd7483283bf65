package io.faultline.runtime.planner;

/// What others may do to a planner. Called on its loop.
public interface PlannerPort {
    /// Makes it take so large a share of the workers of every pool away, against its own judgement.
    void overScale(double share, String by);

    /// Ends what [#overScale] did, if the planner has not done so itself.
    void endOverScale(String by);
}
