/** A third party's plugin: what a jar of your own on the class path adds to djl-quant. */
package io.github.djlquant.examples.plugin;
