package dev.hwc.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.lang.reflect.Constructor;

/**
 * The real standard error. {@code ./hwc} filters the JVM's own announcements out of descriptor 2 and
 * hands the unfiltered stream over under another number, named by the property {@code hwc.stderr};
 * Java has no public way to open a descriptor by number.
 */
final class StandardError {
    private StandardError() {}

    static FileOutputStream open() {
        Integer descriptor = Integer.getInteger("hwc.stderr");
        if (descriptor == null) {
            return new FileOutputStream(FileDescriptor.err);
        }
        try {
            Constructor<FileDescriptor> byNumber = FileDescriptor.class.getDeclaredConstructor(int.class);
            byNumber.setAccessible(true);
            return new FileOutputStream(byNumber.newInstance(descriptor));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return new FileOutputStream(FileDescriptor.err);
        }
    }
}
