#include "nearfar/core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "nearfar/core/signals.h"

namespace nearfar {
namespace {

// One call of parallel_blocks, shared by the threads that work on it.
struct Job {
  const std::function<void(std::int64_t)>* body = nullptr;
  std::int64_t blocks = 0;
  std::atomic<std::int64_t> next{0};
  std::atomic<std::int64_t> lowest_failed{std::numeric_limits<std::int64_t>::max()};
  std::mutex mutex;
  std::exception_ptr failure;

  // Every block below a failed one has already been started, so the lowest failure is always found.
  void work() {
    for (;;) {
      const std::int64_t block = next.fetch_add(1);
      if (block >= blocks || block > lowest_failed.load()) return;
      try {
        (*body)(block);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (block < lowest_failed.load()) {
          lowest_failed = block;
          failure = std::current_exception();
        }
      }
    }
  }
};

thread_local bool inside_job = false;

// Workers sleep on a condition variable between jobs: a spinning worker would take the core of the next tool
// in a pipe.
class Pool {
 public:
  explicit Pool(int workers) {
    const SignalsHeld held;  // a signal is for the main thread
    try {
      for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { serve(); });
    } catch (const std::system_error&) {
      // The system gives no more threads: fewer do the same work.
    }
  }
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void run(Job& job) {
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
      ++generation_;
    }
    wake_.notify_all();
    inside_job = true;
    job.work();
    inside_job = false;
    // No block is left. Only workers that have begun are waited for: waking one up can take longer than the
    // job.
    std::unique_lock lock(mutex_);
    job_ = nullptr;
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void serve() {
    inside_job = true;
    std::uint64_t seen = 0;
    for (;;) {
      Job* job = nullptr;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stopping_ || (job_ != nullptr && generation_ != seen); });
        if (stopping_) return;
        seen = generation_;
        job = job_;
        ++busy_;
      }
      job->work();
      const std::lock_guard lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> workers_;
  Job* job_ = nullptr;
  std::uint64_t generation_ = 0;
  int busy_ = 0;  // workers that have begun
  bool stopping_ = false;
};

std::mutex pool_mutex;               // one job at a time; guards the two below
std::atomic<int> wanted_threads{0};  // 0: not asked for yet
std::unique_ptr<Pool> pool;

int cgroup_cpus() {
  std::ifstream v2("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (v2 >> quota >> period && quota != "max" && period > 0) {
    const double cpus = std::strtod(quota.c_str(), nullptr) / period;
    return std::max(1, static_cast<int>(cpus + 0.999));
  }
  return std::numeric_limits<int>::max();
}

}  // namespace

int available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cpus = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cpus = CPU_COUNT(&set);
  return std::max(1, std::min(cpus, cgroup_cpus()));
}

void set_threads(int threads) {
  const std::lock_guard lock(pool_mutex);
  pool.reset();
  wanted_threads = threads <= 0 ? available_cpus() : std::min(threads, 1024);
}

int threads() {
  int wanted = wanted_threads;
  if (wanted == 0) wanted_threads = wanted = available_cpus();
  return wanted;
}

void parallel_blocks(std::int64_t blocks, const std::function<void(std::int64_t)>& body) {
  Job job;
  job.body = &body;
  job.blocks = blocks;
  if (inside_job || blocks <= 1) {
    job.work();
  } else if (threads() == 1) {
    inside_job = true;
    job.work();
    inside_job = false;
  } else {
    const std::lock_guard lock(pool_mutex);
    if (!pool) pool = std::make_unique<Pool>(wanted_threads - 1);
    pool->run(job);
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

void parallel_ranges(std::int64_t count, std::int64_t block,
                     const std::function<void(std::int64_t, std::int64_t)>& body) {
  parallel_blocks((count + block - 1) / block,
                  [&](std::int64_t b) { body(b * block, std::min(count, (b + 1) * block)); });
}

}  // namespace nearfar
