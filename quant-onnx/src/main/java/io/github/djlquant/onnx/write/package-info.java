/** Writes graphs as ONNX files. */
package io.github.djlquant.onnx.write;
