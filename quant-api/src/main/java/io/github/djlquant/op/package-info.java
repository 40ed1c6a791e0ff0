/** What operators mean, whatever their dialect calls them. */
package io.github.djlquant.op;
