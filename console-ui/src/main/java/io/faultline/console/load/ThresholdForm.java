package io.faultline.console.load;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.NumberField;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.runtime.admission.BusyThresholds;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Changes the busy thresholds of one model on every frontend. An empty field is no threshold.
final class ThresholdForm extends Div {
    private static final int NOTICE_MILLIS = 5_000;

    private final ClusterOperations operations;
    private final Select<String> model = new Select<>();
    private final NumberField decode = new NumberField("KV blocks in use, 0 to 1");
    private final IntegerField prefill = new IntegerField("Prompt tokens");
    private final NumberField share = new NumberField("Same, in iterations");
    private List<String> offered = List.of();

    ThresholdForm(ClusterOperations operations) {
        this.operations = operations;
        addClassName("fl-actions");
        model.setLabel("Model");
        decode.setPlaceholder("none");
        prefill.setPlaceholder("none");
        share.setPlaceholder("none");
        Button use = new Button("Use these", e -> use(decode.getValue(), prefill.getValue(), share.getValue()));
        use.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        Button none = new Button("No thresholds", e -> use(null, null, null));
        add(model, decode, prefill, share, use, none);
    }

    /// The models to choose from.
    void offer(List<String> models) {
        if (!models.equals(offered)) {
            offered = models;
            String chosen = model.getValue();
            model.setItems(models);
            if (models.contains(chosen)) {
                model.setValue(chosen);
            } else if (!models.isEmpty()) {
                model.setValue(models.getFirst());
            }
        }
    }

    private void use(@Nullable Double blocks, @Nullable Integer tokens, @Nullable Double iterations) {
        Long prefillTokens = tokens == null ? null : Long.valueOf(tokens);
        Optional<String> problem = BusyThresholds.problem(blocks, prefillTokens, iterations);
        if (model.getValue() == null) {
            tell("choose a model first");
        } else if (problem.isPresent()) {
            tell(problem.get());
        } else {
            tell(operations
                    .useBusyThresholds(model.getValue(), new BusyThresholds(blocks, prefillTokens, iterations))
                    .message());
        }
    }

    private static void tell(String message) {
        Notification.show(message, NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER);
    }
}
