# cassini_embed(TARGET SYMBOL BASE folder FILES a b/c ...)
# Puts files into a target as `const struct embedded_file SYMBOL[]` (base/embedded.h), with
# their paths below BASE as names and an entry without a path at the end. The user declares it:
#     extern const struct embedded_file SYMBOL[];
# Files may be the output of a custom command of the same CMakeLists.txt.

# The second life of this file: `cmake -P`, at build time, when the sizes are known. The bytes
# themselves are taken in by the assembler, which is instant where an array of numbers is slow.
if(CMAKE_SCRIPT_MODE_FILE)
  set(blocks "")
  set(rows "")
  set(n 0)
  foreach(file IN LISTS FILES)
    file(SIZE ${BASE}/${file} size)
    string(APPEND blocks "
__asm__(\".pushsection .rodata\\n\"
        \".balign 16\\n\"
        \"${SYMBOL}_${n}: .incbin \\\"${BASE}/${file}\\\"\\n\"
        \".byte 0\\n\" /* so that no file is a symbol without a byte */
        \".popsection\\n\");
extern const uint8_t ${SYMBOL}_${n}[${size} + 1] __attribute__((visibility(\"hidden\")));
")
    string(APPEND rows "    {\"${file}\", ${SYMBOL}_${n}, ${size}},\n")
    math(EXPR n "${n} + 1")
  endforeach()
  file(WRITE ${OUT} "/* Written by cmake/embed.cmake. */
#include \"base/embedded.h\"
${blocks}
extern const struct embedded_file ${SYMBOL}[];
const struct embedded_file ${SYMBOL}[] = {
${rows}    {NULL, NULL, 0},
};
")
  return()
endif()

set(CASSINI_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(cassini_embed target symbol)
  cmake_parse_arguments(PARSE_ARGV 2 EMBED "" "BASE" "FILES")
  cmake_path(ABSOLUTE_PATH EMBED_BASE NORMALIZE)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  list(TRANSFORM EMBED_FILES PREPEND ${EMBED_BASE}/ OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -D SYMBOL=${symbol} -D BASE=${EMBED_BASE} -D OUT=${out}
            -D "FILES=${EMBED_FILES}" -P ${CASSINI_EMBED_SCRIPT}
    DEPENDS ${paths} ${CASSINI_EMBED_SCRIPT}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
