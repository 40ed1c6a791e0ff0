/*
 * Copyright 2026 The djl-quant authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */
package io.github.djlquant.evaluate;

/**
 * What a model is for, where its outputs alone don't tell. A rank of numbers may be the scores of
 * classes, whose largest is the answer, or an embedding, in which the largest means nothing.
 *
 * <p>Who does not say gets what the first of these tells:
 *
 * <ol>
 *   <li>labels of classes were given: the main output holds scores;
 *   <li>the output's name: scores for {@code logits, score, prob, softmax, class, label}; an
 *       embedding for {@code embed, feature, hidden, vector, latent, pooler, pooled, encod};
 *   <li>the last operator but those that move elements: scores behind a softmax, an embedding
 *       behind a normalization;
 *   <li>the numbers: rows of length 1 are an embedding;
 *   <li>else scores, as most models of one row of numbers per sample yield them.
 * </ol>
 *
 * <p>Numbers [batch, position, n] are taken for scores of tokens where the model reads integers
 * [batch, position], and the output's name says scores, or n is the number of rows of a table that
 * the model looks an input up in: its vocabulary.
 */
public enum Task {
    /** Outputs [batch, class] are scores; the largest is the answer. */
    CLASSIFICATION,
    /** Outputs are vectors, or numbers of any meaning: no largest, but directions and errors. */
    EMBEDDING,
    /** Outputs [batch, position, token] are scores; the largest is the token at a position. */
    LANGUAGE_MODEL
}
