package io.faultline.backend.api;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;

/// What the API's document says about itself; the rest is read off the controllers.
public final class ApiDescription {
    private ApiDescription() {}

    public static OpenAPI document() {
        return new OpenAPI()
                .info(new Info()
                        .title("Faultline")
                        .version("v1")
                        .description("Times are ISO 8601 in UTC, durations milliseconds, null means no value yet. "
                                + "Errors are problem details (RFC 9457). Sign in with HTTP Basic."))
                .components(new Components()
                        .addSecuritySchemes(
                                "account",
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("basic")))
                .addSecurityItem(new SecurityRequirement().addList("account"));
    }
}
