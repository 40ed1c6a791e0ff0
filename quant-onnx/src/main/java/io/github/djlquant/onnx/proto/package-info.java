/**
 * The ONNX file format: classes generated from {@code onnx-ml.proto}, and the tables that tie its
 * codes to the graph's types. Only {@code read} and {@code write} use it.
 */
package io.github.djlquant.onnx.proto;
