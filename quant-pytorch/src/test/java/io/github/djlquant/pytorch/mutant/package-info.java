/** Damaged archives, from reading to a finished artifact, in a JVM that may die of it. */
package io.github.djlquant.pytorch.mutant;
