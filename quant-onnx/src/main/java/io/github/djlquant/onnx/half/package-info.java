/** Models that compute in half precision. */
package io.github.djlquant.onnx.half;
