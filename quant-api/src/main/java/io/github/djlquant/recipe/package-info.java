/** What the user asks for. */
package io.github.djlquant.recipe;
