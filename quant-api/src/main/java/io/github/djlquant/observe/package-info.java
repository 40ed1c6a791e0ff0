/** Statistics of activations: fixed size, exactly mergeable. */
package io.github.djlquant.observe;
