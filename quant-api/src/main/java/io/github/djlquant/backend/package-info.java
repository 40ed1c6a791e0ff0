/** What an engine must offer: readers, writers, runners, targets. */
package io.github.djlquant.backend;
