/** Rewrites that make a model easier to quantize without changing its function. */
package io.github.djlquant.transform.equalize;
