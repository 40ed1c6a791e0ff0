/** The block-transform SPI and the pipeline that runs it. */
package io.github.djlquant.transform;
