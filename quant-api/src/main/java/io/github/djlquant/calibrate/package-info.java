/** Streaming calibration data through the engine into a table of statistics. */
package io.github.djlquant.calibrate;
