/** Reads ONNX files into graphs; files are untrusted. */
package io.github.djlquant.onnx.read;
