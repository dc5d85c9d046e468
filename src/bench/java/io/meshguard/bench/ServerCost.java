package io.meshguard.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the threads of this process have cost so far, those of the load left out. Threads of the
 * garbage collector and of the compiler do not count.
 *
 * @param processorNanos processor time
 * @param allocatedBytes memory allocated
 */
record ServerCost(long processorNanos, long allocatedBytes) {

  /** Name of the threads that are the load. */
  static final String CLIENT = "load";

  static ServerCost now() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long processor = 0;
    long allocated = 0;
    for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && !thread.getThreadName().equals(CLIENT)) {
        processor += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
        allocated += Math.max(0, threads.getThreadAllocatedBytes(thread.getThreadId()));
      }
    }
    return new ServerCost(processor, allocated);
  }

  ServerCost since(ServerCost before) {
    return new ServerCost(
        processorNanos - before.processorNanos, allocatedBytes - before.allocatedBytes);
  }
}
