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
package io.github.djlquant.report.view;

import io.github.djlquant.evaluate.ConfidenceInterval;
import java.util.Locale;

/** How figures are written: few digits, always the unit. */
public final class Figures {

    private static final String NONE = "–";

    private Figures() {}

    /**
     * Formats without regard to the machine's language.
     *
     * @param format as in {@link String#format}
     * @param values as there
     * @return the text
     */
    public static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /**
     * Writes a share.
     *
     * @param share between 0 and 1
     * @return such as {@code 81.03 %}
     */
    public static String percent(double share) {
        return Double.isFinite(share) ? text("%.2f %%", 100 * share) : NONE;
    }

    /**
     * Writes an interval of differences of shares.
     *
     * @param interval as fractions
     * @return such as {@code −0.40 to 0.20 points}
     */
    public static String points(ConfidenceInterval interval) {
        return signed(100 * interval.low()) + " to " + signed(100 * interval.high()) + " points";
    }

    /**
     * Writes a difference with two decimals and a true minus.
     *
     * @param value the difference
     * @return such as {@code −0.40}
     */
    public static String signed(double value) {
        if (!Double.isFinite(value)) {
            return NONE;
        }
        String digits = text("%.2f", Math.abs(value));
        return value < 0 && !digits.equals("0.00") ? "−" + digits : digits;
    }

    /**
     * Writes a signal to noise ratio.
     *
     * @param value dB; infinite if there is no noise
     * @return such as {@code 31.1 dB}
     */
    public static String decibel(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "exact" : "lost";
        }
        String digits = text("%.1f dB", Math.abs(value));
        return value < 0 && !digits.equals("0.0 dB") ? "−" + digits : digits;
    }

    /**
     * Writes a ratio.
     *
     * @param value the ratio
     * @return such as {@code 2.07×}
     */
    public static String times(double value) {
        return Double.isFinite(value) ? text("%.2f×", value) : NONE;
    }

    /**
     * Writes a time.
     *
     * @param micros microseconds
     * @return in µs, ms or s
     */
    public static String micros(double micros) {
        if (!Double.isFinite(micros)) {
            return NONE;
        }
        if (micros < 10) {
            return text("%.2f µs", micros);
        }
        if (micros < 10_000) {
            return text("%,.0f µs", micros);
        }
        return micros < 10_000_000 ? text("%.1f ms", micros / 1e3) : text("%.1f s", micros / 1e6);
    }

    /**
     * Writes a size.
     *
     * @param bytes bytes
     * @return in bytes, kB, MB or GB, powers of ten
     */
    public static String bytes(double bytes) {
        if (bytes < 1e4) {
            return text("%,.0f bytes", bytes);
        }
        if (bytes < 1e6) {
            return text("%.0f kB", bytes / 1e3);
        }
        return bytes < 1e9 ? text("%.2f MB", bytes / 1e6) : text("%.2f GB", bytes / 1e9);
    }

    /**
     * Writes a number with four significant digits.
     *
     * @param value the number
     * @return the shortest common form
     */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "−∞";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e6)) {
            return text("%.2e", value).replace("-", "−");
        }
        String digits =
                size >= 1000
                        ? text("%,.0f", size)
                        : size >= 10 ? text("%.2f", size) : text("%.4f", size);
        return value < 0 ? "−" + digits : digits;
    }

    /**
     * Writes a count.
     *
     * @param value the count
     * @return with groups of three digits
     */
    public static String count(long value) {
        return text("%,d", value);
    }

    /**
     * Writes a probability.
     *
     * @param value between 0 and 1
     * @return such as {@code 0.013}
     */
    public static String probability(double value) {
        return value < 1e-4 ? "< 0.0001" : text(value < 0.001 ? "%.4f" : "%.3f", value);
    }
}
