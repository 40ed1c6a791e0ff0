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
 * Where the values of a distribution lie.
 *
 * @param mean the arithmetic mean
 * @param min the least value
 * @param p05 5 % of the values lie at or below it; likewise the following
 * @param p50 the median
 * @param p90 90 %
 * @param p95 95 %
 * @param p99 99 %
 * @param max the largest value
 */
public record Quantiles(
        double mean,
        double min,
        double p05,
        double p50,
        double p90,
        double p95,
        double p99,
        double max) {}
