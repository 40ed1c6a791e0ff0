/** Integer types, granularities and the arithmetic of scale and zero point. */
package io.github.djlquant.scheme;
