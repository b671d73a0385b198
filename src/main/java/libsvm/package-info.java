/** One class that reaches LIBSVM's solver past its slow kernel; see {@link libsvm.OneClassSolver}. */
package libsvm;
