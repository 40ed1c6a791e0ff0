/** Figures of merit of two models on the same samples. */
package io.github.djlquant.evaluate.metric;
