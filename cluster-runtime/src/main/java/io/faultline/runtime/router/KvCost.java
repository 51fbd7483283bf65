package io.faultline.runtime.router;

import io.faultline.runtime.seam.RandomSource;
import java.util.List;

/// What it costs to serve a request on a worker, in blocks: those that have to be computed before it gets its first
/// token, weighted, and those that its worker's memory will have to hold. Lower wins. The formula is Dynamo's. Pure.
///
/// @param overlapWeight of the blocks to be computed
/// @param temperature 0 = the cheapest wins; above, costs are scaled to [0, 1] and drawn from by softmax
public record KvCost(double overlapWeight, double temperature) {

    /// A worker that could serve a request.
    /// @param overlapBlocks leading blocks of the prompt that it holds
    /// @param prefillTokens that it will have to compute, those of the request among them
    /// @param decodeBlocks that its sequences will hold, the request's among them
    /// @param heldBlocks all that it holds
    record Option(
            long instance, int overlapBlocks, long prefillTokens, int decodeBlocks, int heldBlocks, double cost) {}

    double of(long prefillTokens, int decodeBlocks, int blockTokens) {
        return overlapWeight * prefillTokens / blockTokens + decodeBlocks;
    }

    /// @param options in ascending order of instance, at least one
    /// @return place of the chosen one; among equals it has the fewest blocks, so that caches fill evenly
    int choose(List<Option> options, RandomSource random) {
        return temperature == 0 ? cheapest(options) : draw(options, random);
    }

    private static int cheapest(List<Option> options) {
        int best = 0;
        for (int i = 1; i < options.size(); i++) {
            Option option = options.get(i);
            int byCost = Double.compare(option.cost, options.get(best).cost);
            if (byCost < 0 || byCost == 0 && option.heldBlocks < options.get(best).heldBlocks) {
                best = i;
            }
        }
        return best;
    }

    private int draw(List<Option> options, RandomSource random) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Option option : options) {
            least = Math.min(least, option.cost);
            most = Math.max(most, option.cost);
        }
        if (least == most) {
            return random.nextInt(options.size());
        }
        // The cheapest has the exponent 0, so nothing overflows.
        double[] weights = new double[options.size()];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = StrictMath.exp(-(options.get(i).cost - least) / (most - least) / temperature);
            sum += weights[i];
        }
        double drawn = random.nextDouble() * sum;
        for (int i = 0; i < weights.length - 1; i++) {
            drawn -= weights[i];
            if (drawn < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }
}
