/** The decisions, each with its reason. */
package io.github.djlquant.plan;
