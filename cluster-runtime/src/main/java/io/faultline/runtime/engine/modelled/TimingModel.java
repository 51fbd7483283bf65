package io.faultline.runtime.engine.modelled;

import io.soabase.recordbuilder.core.RecordBuilder;

/// How long one iteration takes. The coefficients are the least-squares fits that simdistserve, the simulator of
/// DistServe (Zhong et al., OSDI 2024; repository LLMServe/DistServe, file
/// `simdistserve/estimators/profile_data/profiler-a100-80g.distserve.json`), ships for NVIDIA A100 80 GB. Of its
/// revisions this is the one whose prefill coefficients carry 10 % more than the raw fit.
///
/// In milliseconds, with n the prompt tokens of each sequence and b the number of decoding sequences with together
/// ctx tokens of context:
///
/// - prefill = constant + perToken Σ n + perSquaredToken Σ n²
/// - decode = constant + perContextToken ctx + perSequence b, with a second line from [#largeBatch] sequences on
///
/// Two things the fits do not say are decided here. A *chunk* that takes a prompt from s to e computed tokens
/// counts e − s tokens and e² − s² squares, so that the chunks of a prompt cost what the prompt costs, but for
/// the constant of each iteration. An iteration that does *both* kinds of work pays the variable parts of both
/// and the larger of the two constants once: the constant is the pass over the weights, which the batch shares.
///
/// @param name model and parallelism
/// @param prefill cost of prefill
/// @param decode cost of decode in batches smaller than `largeBatch`
/// @param largeBatchDecode cost of decode in other batches
/// @param largeBatch decoding sequences from which a batch is large
/// @param prefillFactor multiplies prefill: 1.30 for a power-capped H100 (SplitwiseSim's profile)
/// @param decodeFactor multiplies decode: 1.00 for the same
@RecordBuilder
public record TimingModel(
        String name,
        Prefill prefill,
        Decode decode,
        Decode largeBatchDecode,
        int largeBatch,
        double prefillFactor,
        double decodeFactor)
        implements TimingModelBuilder.With {

    /// OPT-13B on one A100.
    public static final TimingModel OPT_13B_TP1 = of(
            "OPT-13B TP1",
            new Prefill(18.103, 0.10191, 7.12e-6),
            new Decode(19.935, 6.27e-4, 0.0385),
            new Decode(7.166, 5.80e-4, 0.1583));

    /// OPT-13B on two A100.
    public static final TimingModel OPT_13B_TP2 = of(
            "OPT-13B TP2",
            new Prefill(14.743, 0.06858, 2.45e-6),
            new Decode(13.295, 3.41e-4, 0.0630),
            new Decode(10.639, 3.12e-4, 0.0856));

    /// OPT-13B on four A100.
    public static final TimingModel OPT_13B_TP4 = of(
            "OPT-13B TP4",
            new Prefill(12.062, 0.03808, 5.2e-7),
            new Decode(10.256, 1.88e-4, 0.0327),
            new Decode(10.484, 1.71e-4, 0.0457));

    /// OPT-66B on four A100.
    public static final TimingModel OPT_66B_TP4 = of(
            "OPT-66B TP4",
            new Prefill(29.442, 0.15135, 8.32e-6),
            new Decode(30.760, 4.52e-4, 0.0633),
            new Decode(27.471, 4.05e-4, 0.1248));

    /// OPT-66B on eight A100.
    public static final TimingModel OPT_66B_TP8 = of(
            "OPT-66B TP8",
            new Prefill(25.491, 0.10659, 3.39e-6),
            new Decode(23.155, 2.27e-4, 0.0480),
            new Decode(21.718, 3.76e-4, 0.0898));

    private static final int PUBLISHED_LARGE_BATCH = 95;

    public TimingModel {
        if (largeBatch < 1) {
            throw new IllegalArgumentException("a large batch has at least 1 sequence, not " + largeBatch);
        }
        if (!(prefillFactor > 0) || !(decodeFactor > 0)) {
            throw new IllegalArgumentException(
                    "factors are greater than 0, not " + prefillFactor + " and " + decodeFactor);
        }
    }

    /// Coefficients of prefill, in milliseconds.
    public record Prefill(double constant, double perToken, double perSquaredToken) {}

    /// Coefficients of decode, in milliseconds.
    public record Decode(double constant, double perContextToken, double perSequence) {}

    /// This model, slowed down.
    public TimingModel withFactors(double prefillFactor, double decodeFactor) {
        return with(b -> b.prefillFactor(prefillFactor).decodeFactor(decodeFactor));
    }

    /// Milliseconds of an iteration.
    /// @param prefillTokens Σ (e − s) over the chunks
    /// @param prefillSquares Σ (e² − s²) over the chunks
    /// @param decodes decoding sequences
    /// @param contextTokens tokens of the decoding sequences
    public double millis(long prefillTokens, long prefillSquares, int decodes, long contextTokens) {
        double constant = 0;
        double variable = 0;
        if (prefillTokens > 0) {
            constant = prefillFactor * prefill.constant;
            variable = prefillFactor * (prefill.perToken * prefillTokens + prefill.perSquaredToken * prefillSquares);
        }
        if (decodes > 0) {
            Decode line = decodes < largeBatch ? decode : largeBatchDecode;
            constant = Math.max(constant, decodeFactor * line.constant);
            variable += decodeFactor * (line.perContextToken * contextTokens + line.perSequence * decodes);
        }
        return constant + variable;
    }

    private static TimingModel of(String name, Prefill prefill, Decode decode, Decode largeBatchDecode) {
        return new TimingModel(name, prefill, decode, largeBatchDecode, PUBLISHED_LARGE_BATCH, 1.0, 1.0);
    }
}
