/// Values and the small arithmetic that a playbook's fields may use: `${streams} * 2`, `${leaseTtl} + 5s`.
///
/// Words: a *value* is a number, a span of time, a text or a flag; an *expression* computes one from named values;
/// a *scope* holds the named values of one run. Types are checked when a file is loaded, so an expression that was
/// loaded can only fail for want of a value or by leaving the range of numbers. There are no loops, no calls into
/// code and no side effects.
@NullMarked
package io.faultline.playbook.expression;

import org.jspecify.annotations.NullMarked;
