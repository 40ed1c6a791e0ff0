/** The immutable graph that every source is read into and every artifact is written from. */
package io.github.djlquant.graph;
