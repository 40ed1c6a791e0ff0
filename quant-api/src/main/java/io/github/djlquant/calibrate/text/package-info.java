/** Texts as data: files of texts, and the tokens of a text. */
package io.github.djlquant.calibrate.text;
