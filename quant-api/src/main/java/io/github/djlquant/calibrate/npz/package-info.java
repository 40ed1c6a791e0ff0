/** Reading and writing of NumPy's .npz files, row by row. */
package io.github.djlquant.calibrate.npz;
