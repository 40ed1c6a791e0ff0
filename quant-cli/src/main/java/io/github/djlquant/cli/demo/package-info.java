/**
 * What {@code djl-quant demo} works on without a download: rendered images of ten shapes and the
 * small network trained on them. {@code fixtures/demo/README.md} tells how to train it again.
 */
package io.github.djlquant.cli.demo;
