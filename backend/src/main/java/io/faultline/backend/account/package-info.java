/// Who may sign in and what they may do. Accounts live in the console's database; a password is stored as a bcrypt
/// hash and shown once at most, when the console itself invented it.
@NullMarked
package io.faultline.backend.account;

import org.jspecify.annotations.NullMarked;
