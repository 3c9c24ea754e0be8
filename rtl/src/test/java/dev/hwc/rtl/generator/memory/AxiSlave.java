package dev.hwc.rtl.generator.memory;

import dev.hwc.rtl.harness.RtlModel;
import dev.hwc.sim.memory.MemoryModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The memory behind the port, played one cycle at a time: answers when a memory model says, checks
 * that the master keeps to AXI4, stalls at random and misbehaves on demand. The harness calls {@link
 * #drive}, settles the model, then {@link #take}.
 */
final class AxiSlave {
    /** How one burst, counted from the last {@link #misbehave}, is answered. */
    enum Fault {
        NONE,
        READ_SLAVE_ERROR,
        READ_DECODE_ERROR,
        /** EXOKAY, which only an exclusive access can get. */
        READ_EXCLUSIVE,
        /** From this burst on nothing is answered. */
        READ_DROPPED,
        /** As dropped, but everything comes after {@link #release}. */
        READ_LATE,
        READ_WRONG_ID,
        READ_LAST_TOO_EARLY,
        READ_LAST_MISSING,
        /** Its last beat comes again. */
        READ_TWICE,
        READ_UNASKED,
        WRITE_SLAVE_ERROR,
        WRITE_DECODE_ERROR,
        WRITE_EXCLUSIVE,
        WRITE_DROPPED,
        WRITE_LATE,
        WRITE_WRONG_ID,
        /** After the first beat of several; the others are taken after the answer. */
        WRITE_TOO_EARLY,
        WRITE_TWICE,
        WRITE_UNASKED,
        /** From this burst on no address and no data is taken; they are after {@link #release}. */
        WRITE_NOT_TAKEN;

        boolean read() {
            return name().startsWith("READ");
        }
    }

    private record Address(long id, long address, int beats) {}

    private record ReadBeat(long id, long address, long response, boolean last, long cycle) {}

    private record Answer(long id, long response, long cycle) {}

    /** A beat that was taken, and the cycle in which the memory has it. */
    private record Landing(long cycle, int address, long[] beat) {}

    final byte[] memory;
    private final int beatBytes;
    private final int maxBurstBytes;
    private final MemoryModel timing;
    /** Percent of the cycles in which a channel stalls. */
    private final int stallPercent;

    private final Random random;

    private final ArrayDeque<ReadBeat> reads = new ArrayDeque<>();
    private final ArrayDeque<Address> writes = new ArrayDeque<>();
    private final ArrayDeque<long[]> writeData = new ArrayDeque<>();
    private final List<long[]> openBurst = new ArrayList<>();
    private final ArrayDeque<Landing> landings = new ArrayDeque<>();
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<ReadBeat> lateReads = new ArrayDeque<>();
    private final ArrayDeque<Answer> lateAnswers = new ArrayDeque<>();
    private boolean arReady;
    private boolean awReady;
    private boolean wReady;
    private boolean rValid;
    private boolean bValid;
    private long tickets;
    private @Nullable String heldAr;
    private @Nullable String heldAw;
    private @Nullable String heldW;

    private Fault fault = Fault.NONE;
    private int faultAt;
    private int readBursts;
    private int writeBursts;
    private boolean hit;
    /** Ids of the last bursts. */
    private long readId;

    private long writeId;
    /** The burst whose data come has its answer. */
    private boolean answeredEarly;

    int readBytes;
    int writtenBytes;

    AxiSlave(byte[] memory, int beatBytes, int maxBurstBytes, MemoryModel timing, int stallPercent, long seed) {
        this.memory = memory;
        this.beatBytes = beatBytes;
        this.maxBurstBytes = maxBurstBytes;
        this.timing = timing;
        this.stallPercent = stallPercent;
        random = new Random(seed);
    }

    /** Answers the n-th burst from now on (from 0) of the fault's direction like this. */
    void misbehave(Fault how, int burst) {
        fault = how;
        faultAt = burst;
        readBursts = 0;
        writeBursts = 0;
        hit = false;
    }

    /** Behaves again; what was withheld as late comes now, before anything else. */
    void release() {
        fault = Fault.NONE;
        lateReads.addAll(reads);
        reads.clear();
        reads.addAll(lateReads);
        lateReads.clear();
        lateAnswers.addAll(answers);
        answers.clear();
        answers.addAll(lateAnswers);
        lateAnswers.clear();
    }

    /** The burst that is answered wrongly. */
    int victim() {
        return faultAt;
    }

    /** Whether the fault has happened. */
    boolean hasHit() {
        return hit;
    }

    /** Whether nothing is offered to be written, and the memory has everything that was ever taken. */
    boolean settled() {
        return heldAw == null && heldW == null && writes.isEmpty() && writeData.isEmpty() && landings.isEmpty();
    }

    private boolean flows() {
        return stallPercent == 0 || random.nextInt(100) >= stallPercent;
    }

    /** Neither takes nor gives anything until the next {@link #drive}. */
    void pause(RtlModel model) {
        for (String signal : new String[] {"ar_ready", "aw_ready", "w_ready", "r_valid", "b_valid"}) {
            model.poke("io_axi_" + signal, 0);
        }
    }

    /** Sets the slave's signals of a cycle. */
    void drive(RtlModel model, long now) {
        land(now);
        arReady = flows();
        boolean refusing = fault == Fault.WRITE_NOT_TAKEN && writeBursts >= faultAt;
        awReady = !refusing && flows();
        wReady = !refusing && !(answeredEarly && !answers.isEmpty()) && flows();
        hit |= refusing && (heldAw != null || heldW != null);
        model.poke("io_axi_ar_ready", arReady ? 1 : 0);
        model.poke("io_axi_aw_ready", awReady ? 1 : 0);
        model.poke("io_axi_w_ready", wReady ? 1 : 0);
        if (fault == Fault.READ_UNASKED && !hit && reads.isEmpty() && readBursts >= faultAt) {
            reads.add(new ReadBeat(readId, 0, 0, true, now));
            hit = true;
        }
        if (fault == Fault.WRITE_UNASKED && !hit && writeBursts >= faultAt) {
            answers.addFirst(new Answer(writeId, 0, now));
            hit = true;
        }
        ReadBeat beat = reads.peek();
        rValid = beat != null && beat.cycle <= now && (rValid || flows());
        model.poke("io_axi_r_valid", rValid ? 1 : 0);
        if (rValid && beat != null) {
            model.poke("io_axi_r_bits_id", beat.id);
            model.poke("io_axi_r_bits_resp", beat.response);
            model.poke("io_axi_r_bits_last", beat.last ? 1 : 0);
            model.poke("io_axi_r_bits_data", words(beat.address));
        }
        Answer answer = answers.peek();
        bValid = answer != null && answer.cycle <= now && (bValid || flows());
        model.poke("io_axi_b_valid", bValid ? 1 : 0);
        if (bValid && answer != null) {
            model.poke("io_axi_b_bits_id", answer.id);
            model.poke("io_axi_b_bits_resp", answer.response);
        }
    }

    /** Takes the master's signals of a settled cycle. */
    void take(RtlModel model, long now) {
        if (rValid) {
            require(model.peek("io_axi_r_ready") == 1, "R must always be taken");
            reads.remove();
            rValid = false;
        }
        if (bValid) {
            require(model.peek("io_axi_b_ready") == 1, "B must always be taken");
            answers.remove();
            bValid = false;
        }
        heldAr = address(model, "ar", arReady, heldAr);
        if (model.peek("io_axi_ar_valid") == 1 && arReady) {
            read(burst(model, "ar"), now);
        }
        heldAw = address(model, "aw", awReady, heldAw);
        if (model.peek("io_axi_aw_valid") == 1 && awReady) {
            writes.add(burst(model, "aw"));
        }
        takeData(model);
        write(now);
    }

    private void takeData(RtlModel model) {
        boolean valid = model.peek("io_axi_w_valid") == 1;
        require(valid || heldW == null, "W was withdrawn");
        if (valid) {
            long[] data = model.peekWords("io_axi_w_bits_data");
            long strobes = model.peek("io_axi_w_bits_strb");
            long last = model.peek("io_axi_w_bits_last");
            String all = Arrays.toString(data) + strobes + last;
            require(heldW == null || heldW.equals(all), "W changed while it was not ready");
            heldW = wReady ? null : all;
            if (wReady) {
                long[] beat = Arrays.copyOf(data, data.length + 2);
                beat[data.length] = strobes;
                beat[data.length + 1] = last;
                writeData.add(beat);
            }
        }
    }

    private static @Nullable String address(RtlModel model, String channel, boolean ready, @Nullable String held) {
        boolean valid = model.peek("io_axi_" + channel + "_valid") == 1;
        require(valid || held == null, channel + " was withdrawn");
        if (!valid) {
            return null;
        }
        String all = model.peek("io_axi_" + channel + "_bits_addr") + " "
                + model.peek("io_axi_" + channel + "_bits_id") + " "
                + model.peek("io_axi_" + channel + "_bits_len");
        require(held == null || held.equals(all), channel + " changed while it was not ready");
        return ready ? null : all;
    }

    private Address burst(RtlModel model, String channel) {
        String bits = "io_axi_" + channel + "_bits_";
        long address = model.peek(bits + "addr");
        int beats = (int) model.peek(bits + "len") + 1;
        require(model.peek(bits + "size") == Integer.numberOfTrailingZeros(beatBytes), "size is not a whole beat");
        require(model.peek(bits + "burst") == 1, "burst is not incrementing");
        require(address % beatBytes == 0, "address " + address + " is not that of a beat");
        long end = address + (long) beats * beatBytes - 1;
        require(address / maxBurstBytes == end / maxBurstBytes, "burst at " + address + " crosses a cut");
        return new Address(model.peek(bits + "id"), address, beats);
    }

    private void read(Address burst, long now) {
        int number = readBursts++;
        readId = burst.id;
        readBytes += burst.beats * beatBytes;
        if (number == faultAt && fault == Fault.READ_LAST_TOO_EARLY && burst.beats == 1) {
            faultAt++; // a single beat cannot be too few
        }
        boolean here = fault.read() && number == faultAt;
        long last = timing.submit(now, false, burst.address, burst.beats * beatBytes, tickets++);
        boolean withheld = (fault == Fault.READ_DROPPED || fault == Fault.READ_LATE) && number >= faultAt;
        hit |= here && fault != Fault.READ_UNASKED;
        int wrong = random.nextInt(burst.beats);
        int beats = here && fault == Fault.READ_LAST_TOO_EARLY ? burst.beats - 1 : burst.beats;
        for (int i = 0; i < burst.beats; i++) {
            long id = here && fault == Fault.READ_WRONG_ID && i == wrong ? burst.id ^ 1 : burst.id;
            long response = here && i == wrong ? response() : 0;
            boolean final_ = i == Math.max(0, beats - 1) && !(here && fault == Fault.READ_LAST_MISSING);
            long cycle = last - burst.beats + 1 + i;
            ReadBeat beat = new ReadBeat(id, burst.address + (long) i * beatBytes, response, final_, cycle);
            if (!withheld) {
                reads.add(beat);
                if (here && fault == Fault.READ_TWICE && final_) {
                    reads.add(beat);
                }
            } else if (fault == Fault.READ_LATE) {
                lateReads.add(beat);
            }
        }
    }

    /** RRESP or BRESP of the burst that is answered wrongly. */
    private long response() {
        return switch (fault) {
            case READ_EXCLUSIVE, WRITE_EXCLUSIVE -> 1;
            case READ_SLAVE_ERROR, WRITE_SLAVE_ERROR -> 2;
            case READ_DECODE_ERROR, WRITE_DECODE_ERROR -> 3;
            default -> 0;
        };
    }

    /** Takes the beats of bursts whose address is there. The memory has a burst when its answer is due, not before, whatever becomes of the answer. */
    private void write(long now) {
        while (!writes.isEmpty() && !writeData.isEmpty()) {
            Address burst = writes.element();
            long[] beat = writeData.remove();
            openBurst.add(beat);
            boolean last = openBurst.size() == burst.beats;
            require(last == (beat[beat.length - 1] == 1), "W last at beat " + openBurst.size() + " of " + burst.beats);
            if (fault == Fault.WRITE_TOO_EARLY && openBurst.size() == 1 && writeBursts == faultAt) {
                if (writeData.size() + 1 < burst.beats) {
                    answeredEarly = true;
                    answer(burst, due(burst, now));
                } else {
                    faultAt++; // its last beat is here already
                }
            }
            if (last) {
                writes.remove();
                long cycle = due(burst, now);
                for (int i = 0; i < burst.beats; i++) {
                    landings.add(new Landing(cycle, (int) burst.address + i * beatBytes, openBurst.get(i)));
                }
                openBurst.clear();
                if (!answeredEarly) {
                    answer(burst, cycle);
                }
                answeredEarly = false;
            }
        }
    }

    /** Bytes that the memory has from this cycle on. */
    private void land(long now) {
        while (!landings.isEmpty() && landings.element().cycle <= now) {
            Landing landing = landings.remove();
            long[] beat = landing.beat;
            for (int i = 0; i < beatBytes; i++) {
                if ((beat[beat.length - 2] >>> i & 1) != 0) {
                    memory[landing.address + i] = (byte) (beat[i / 8] >>> 8 * (i % 8));
                }
            }
        }
    }

    private long due(Address burst, long now) {
        return timing.submit(now, true, burst.address, burst.beats * beatBytes, tickets++);
    }

    private void answer(Address burst, long cycle) {
        int number = writeBursts++;
        writeId = burst.id;
        writtenBytes += burst.beats * beatBytes;
        boolean here = fault != Fault.NONE && !fault.read() && number == faultAt;
        hit |= here && fault != Fault.WRITE_UNASKED;
        long id = here && fault == Fault.WRITE_WRONG_ID ? burst.id ^ 1 : burst.id;
        Answer answer = new Answer(id, here ? response() : 0, cycle);
        if ((fault == Fault.WRITE_DROPPED || fault == Fault.WRITE_LATE) && number >= faultAt) {
            if (fault == Fault.WRITE_LATE) {
                lateAnswers.add(answer);
            }
        } else {
            answers.add(answer);
            if (here && fault == Fault.WRITE_TWICE) {
                answers.add(answer);
            }
        }
    }

    private long[] words(long address) {
        long[] words = new long[(beatBytes + 7) / 8];
        for (int i = 0; i < beatBytes; i++) {
            words[i / 8] |= (memory[(int) address + i] & 0xFFL) << 8 * (i % 8);
        }
        return words;
    }

    private static void require(boolean ok, String what) {
        if (!ok) {
            throw new AssertionError("AXI: " + what);
        }
    }
}
