package io.faultline.runtime.frontend;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The models that this frontend has heard of. A model whose workers are all gone is still known: asking for it is
/// then a matter of waiting (503), not of a wrong name (404). At most [#MODELS_MAX]. Confined to the loop.
final class ModelCatalogue {
    static final int MODELS_MAX = 1_000;

    private final TreeMap<String, ModelCard> cards = new TreeMap<>();

    void learn(Instance instance) {
        if (cards.size() < MODELS_MAX || cards.containsKey(instance.card().model())) {
            cards.put(instance.card().model(), instance.card());
        }
    }

    @Nullable ModelCard card(String model) {
        return cards.get(model);
    }

    List<ModelCard> all() {
        return new ArrayList<>(cards.values());
    }
}
