# The pages: units and cases of their routes, styles by their specification, the map in a browser.
cassini_unit_test(test_pages USES pages)

set(packages ${CMAKE_CURRENT_BINARY_DIR}/browser)
cassini_npm(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/browser INTO ${packages})
add_custom_target(browser_packages ALL DEPENDS ${packages}/installed)
# Beside their packages, where Node.js looks for them, and a file of the page that they use.
configure_file(${PROJECT_SOURCE_DIR}/server/pages/web/bounds.js ${packages}/bounds.js COPYONLY)
configure_file(data/tile_archives.py ${packages}/tile_archives.py COPYONLY)
foreach(file program browser pictures map.test styles.test cadastre.test)
  configure_file(browser/${file}.mjs ${packages}/${file}.mjs COPYONLY)
endforeach()

find_program(PYTHON3 python3)
find_program(NODE NAMES node nodejs REQUIRED)
foreach(name map styles cadastre)
  add_test(NAME browser/${name}
           COMMAND ${NODE} ${name}.test.mjs $<TARGET_FILE:cassini>
                   ${CMAKE_CURRENT_BINARY_DIR}/sample ${PROJECT_BINARY_DIR}/screenshots
                   ${CASSINI_SHARED}/data
           WORKING_DIRECTORY ${packages})
  set_tests_properties(browser/${name} PROPERTIES LABELS browser TIMEOUT 300
                       FIXTURES_REQUIRED sample SKIP_RETURN_CODE 77)
endforeach()

add_test(NAME http/pages
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/http/run_cases.py
                 $<TARGET_FILE:cassini> ${CMAKE_CURRENT_SOURCE_DIR}/http/pages.case)
set_tests_properties(http/pages PROPERTIES LABELS http TIMEOUT 120)
