/// What the evidence says about the service: the verdict, its findings, and the rules behind them. Reads snapshots of
/// the
/// history and nothing else; faults that were ordered are no evidence.
@NullMarked
package io.faultline.runtime.judgement;

import org.jspecify.annotations.NullMarked;
