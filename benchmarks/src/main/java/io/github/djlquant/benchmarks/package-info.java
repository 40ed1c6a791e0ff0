/**
 * Measurements side by side with the Python peer. {@link io.github.djlquant.benchmarks.SideBySide}
 * is the entry; {@code benchmarks/run} starts it with everything that it needs.
 */
package io.github.djlquant.benchmarks;
