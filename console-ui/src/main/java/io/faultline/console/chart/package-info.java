/// One element for every picture; the server sends plain data, the browser draws.
@NullMarked
package io.faultline.console.chart;

import org.jspecify.annotations.NullMarked;
