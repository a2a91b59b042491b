// What CUDA text needs to be compiled by a host's C++ compiler: the intrinsics and the place of a thread.
// Compile it with -ffp-contract=off.
#ifndef __CUDACC__
#include <cmath>
#include <cstring>

#define __global__
#define __launch_bounds__(threads)

using std::fabs;
using std::floor;

struct Place { unsigned x; };
static thread_local Place blockIdx, threadIdx;

static inline double __dadd_rn(double a, double b) { return a + b; }
static inline double __dsub_rn(double a, double b) { return a - b; }
static inline double __dmul_rn(double a, double b) { return a * b; }
static inline double __ddiv_rn(double a, double b) { return a / b; }
static inline double __dsqrt_rn(double a) { return std::sqrt(a); }
static inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }
static inline double __ll2double_rn(long long a) { return (double)a; }
static inline long long __double2ll_rz(double a) { return (long long)a; }
static inline long long __double_as_longlong(double a) { long long bits; std::memcpy(&bits, &a, 8); return bits; }
static inline unsigned long long __brevll(unsigned long long a)
{
  unsigned long long reversed = 0;
  for (int bit = 0; bit < 64; ++bit) reversed |= (a >> bit & 1) << (63 - bit);
  return reversed;
}
static inline double __longlong_as_double(long long a) { double number; std::memcpy(&number, &a, 8); return number; }

typedef void Kernel(long long, long long, unsigned char*, unsigned char*, const unsigned char*);

extern "C" void launch_on_host(Kernel* kernel, unsigned blocks, unsigned threads, long long first, long long seed,
                               unsigned char* kept, unsigned char* scratch, const unsigned char* tables)
{
  for (blockIdx.x = 0; blockIdx.x < blocks; ++blockIdx.x)
    for (threadIdx.x = 0; threadIdx.x < threads; ++threadIdx.x)
      kernel(first, seed, kept, scratch, tables);
}
#endif
