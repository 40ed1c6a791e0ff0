/** The one {@code Criteria} option that makes a DJL application load a quantized model. */
package io.github.djlquant.translate;
