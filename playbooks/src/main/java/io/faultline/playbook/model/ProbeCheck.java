package io.faultline.playbook.model;

import io.faultline.playbook.probe.Probe;

/// A figure and what it may be. Immutable.
///
/// @param title one line for people, may be empty
/// @param failureThreshold after so many evaluations in a row outside the tolerance the check counts as broken,
///     where checks are evaluated again and again
public record ProbeCheck(String name, String title, Probe probe, Tolerance tolerance, int failureThreshold) {}
