/** What the Criteria option must do on every engine, through stock DJL. */
package io.github.djlquant.testkit.criteria;
