/**
 * The official operator tests of ONNX, fetched from PyPI: every model goes through reading, writing
 * and quantizing.
 */
package io.github.djlquant.onnx.operators;
