/** Watching whether a model still meets what it was calibrated on. */
package io.github.djlquant.monitor;
