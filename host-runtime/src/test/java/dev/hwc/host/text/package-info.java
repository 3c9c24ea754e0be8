/** Tests of the tokenizers of folders and of chat templates. */
@NullMarked
package dev.hwc.host.text;

import org.jspecify.annotations.NullMarked;
