/** DJL blocks as graphs, and graphs as DJL blocks. */
package io.github.djlquant.trace;
