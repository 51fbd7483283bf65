package io.faultline.backend.api;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Answers for every path of the API that there is not, which would otherwise get the console's page.
@RestController
@Hidden
public class UnknownPathController {
    @RequestMapping({"/api", "/api/**"})
    void unknown() {
        throw new ApiProblem(HttpStatus.NOT_FOUND, "there is no such path; GET /api/v1/openapi.json lists them all");
    }
}
