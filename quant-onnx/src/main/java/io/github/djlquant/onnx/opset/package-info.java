/** Brings old models to the operator set where integers begin; no general converter. */
package io.github.djlquant.onnx.opset;
