/** Comparing a quantized model with its source, and refusing it where it fell too far. */
package io.github.djlquant.evaluate;
