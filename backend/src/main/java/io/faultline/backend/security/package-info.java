/// Who gets at the API. The views' own rules are with the views; accounts, roles and rights are elsewhere.
@NullMarked
package io.faultline.backend.security;

import org.jspecify.annotations.NullMarked;
