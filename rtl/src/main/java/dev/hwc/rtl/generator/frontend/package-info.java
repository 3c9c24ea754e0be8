/**
 * What stands between the job controller and the engines: programs on their way into their memories and
 * their check, four sequencers with command FIFOs, tokens, starts, stalls and the first fault (isa.md §2,
 * §3, §6, §7; timing.md §2, §3, §9).
 *
 * <p>Engines and the memory port live elsewhere. Read {@code FrontEnd} first, then {@code Sequencer} and
 * {@code Issue}.
 */
@NullMarked
package dev.hwc.rtl.generator.frontend;

import org.jspecify.annotations.NullMarked;
